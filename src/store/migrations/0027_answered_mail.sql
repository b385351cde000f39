DROP INDEX "incoming_mail_received";--> statement-breakpoint
ALTER TABLE "incoming_mail" ADD COLUMN "request_id" uuid;--> statement-breakpoint
ALTER TABLE "incoming_mail" ADD COLUMN "sender" text;--> statement-breakpoint
ALTER TABLE "incoming_mail" ADD COLUMN "withdraws" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "incoming_mail" ADD COLUMN "replied_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "incoming_mail" ADD COLUMN "until" timestamp (3) with time zone;--> statement-breakpoint
UPDATE "incoming_mail" SET "until" = "received_at" + interval '30 days';--> statement-breakpoint
ALTER TABLE "incoming_mail" ALTER COLUMN "until" SET NOT NULL;--> statement-breakpoint
CREATE INDEX "incoming_mail_until" ON "incoming_mail" USING btree ("until");--> statement-breakpoint
CREATE INDEX "incoming_mail_request" ON "incoming_mail" USING btree ("request_id") WHERE request_id is not null;