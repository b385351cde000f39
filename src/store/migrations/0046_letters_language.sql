ALTER TABLE "event_registration" ADD COLUMN "language" text DEFAULT 'en' NOT NULL;--> statement-breakpoint
ALTER TABLE "conversation" ADD COLUMN "language" text DEFAULT 'en' NOT NULL;