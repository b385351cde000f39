-- Names and addresses are sealed from here on. What is there already waits beside under `…_plain` until control,
-- which has the keys, has sealed it (`src/control/seal-earlier-rows.ts`) and drops those columns.
ALTER TABLE "person" DROP CONSTRAINT "person_email_unique";
--> statement-breakpoint
ALTER TABLE "ledger_entry" DROP CONSTRAINT "ledger_entry_reason";
--> statement-breakpoint
ALTER TABLE "person" RENAME COLUMN "email" TO "email_plain";
--> statement-breakpoint
ALTER TABLE "person" ALTER COLUMN "email_plain" DROP NOT NULL;
--> statement-breakpoint
ALTER TABLE "person" ADD COLUMN "email" bytea;
--> statement-breakpoint
ALTER TABLE "person" RENAME COLUMN "name" TO "name_plain";
--> statement-breakpoint
ALTER TABLE "person" ALTER COLUMN "name_plain" DROP NOT NULL;
--> statement-breakpoint
ALTER TABLE "person" ADD COLUMN "name" bytea;
--> statement-breakpoint
ALTER TABLE "account" RENAME COLUMN "name" TO "name_plain";
--> statement-breakpoint
ALTER TABLE "account" ALTER COLUMN "name_plain" DROP NOT NULL;
--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "name" bytea;
--> statement-breakpoint
ALTER TABLE "api_key" RENAME COLUMN "name" TO "name_plain";
--> statement-breakpoint
ALTER TABLE "api_key" ALTER COLUMN "name_plain" DROP NOT NULL;
--> statement-breakpoint
ALTER TABLE "api_key" ADD COLUMN "name" bytea;
--> statement-breakpoint
ALTER TABLE "api_key" RENAME COLUMN "networks" TO "networks_plain";
--> statement-breakpoint
ALTER TABLE "api_key" ADD COLUMN "networks" bytea;
--> statement-breakpoint
ALTER TABLE "ledger_entry" RENAME COLUMN "reason" TO "reason_plain";
--> statement-breakpoint
ALTER TABLE "ledger_entry" ADD COLUMN "reason" bytea;
