ALTER TABLE "privacy_request_step" ADD COLUMN "asked_for" text;--> statement-breakpoint
ALTER TABLE "privacy_request_step" ADD COLUMN "place" text;