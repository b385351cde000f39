ALTER TABLE "sign_in_method" ALTER COLUMN "password" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "session" ADD COLUMN "provider" text;--> statement-breakpoint
ALTER TABLE "sign_in_method" ADD COLUMN "subject" "bytea";--> statement-breakpoint
ALTER TABLE "sign_in_method" ADD COLUMN "last_used_on" date;