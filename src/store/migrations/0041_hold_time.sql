ALTER TABLE "legal_hold" ADD COLUMN "since" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "legal_hold" ADD COLUMN "before" timestamp (3) with time zone;