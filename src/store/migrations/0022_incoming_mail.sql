CREATE TABLE "incoming_mail" (
	"id" uuid PRIMARY KEY NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"answer" text NOT NULL,
	"answer_at" timestamp (3) with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"outcome" text,
	"attachments" integer NOT NULL,
	"content" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE INDEX "incoming_mail_answer" ON "incoming_mail" USING btree ("answer_at");--> statement-breakpoint
CREATE INDEX "incoming_mail_unread" ON "incoming_mail" USING btree ("received_at") WHERE outcome is null;--> statement-breakpoint
CREATE INDEX "incoming_mail_received" ON "incoming_mail" USING btree ("received_at");