CREATE TABLE "campaign" (
	"id" uuid PRIMARY KEY NOT NULL,
	"subject" text NOT NULL,
	"words" text NOT NULL,
	"state" text NOT NULL,
	"send_at" timestamp (3) with time zone,
	"done_to" uuid,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "promotional_mail" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"campaign_id" uuid NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"state" text NOT NULL,
	"attempts" integer NOT NULL,
	"next_at" timestamp (3) with time zone NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"sent_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "promotional_mail" ADD CONSTRAINT "promotional_mail_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "campaign_state" ON "campaign" USING btree ("state","send_at");--> statement-breakpoint
CREATE UNIQUE INDEX "promotional_mail_once" ON "promotional_mail" USING btree ("campaign_id","person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "promotional_mail_token" ON "promotional_mail" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "promotional_mail_person" ON "promotional_mail" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "promotional_mail_state" ON "promotional_mail" USING btree ("campaign_id","state");--> statement-breakpoint
CREATE INDEX "promotional_mail_at" ON "promotional_mail" USING btree ("at");