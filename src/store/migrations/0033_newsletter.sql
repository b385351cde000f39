CREATE TABLE "newsletter_asked" (
	"id" uuid PRIMARY KEY NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"mail_at" timestamp (3) with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"until" timestamp (3) with time zone NOT NULL,
	"content" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "newsletter_reader" (
	"person_id" uuid PRIMARY KEY NOT NULL,
	"since" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "newsletter_reader" ADD CONSTRAINT "newsletter_reader_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "newsletter_asked_token" ON "newsletter_asked" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "newsletter_asked_mail" ON "newsletter_asked" USING btree ("mail_at");--> statement-breakpoint
CREATE INDEX "newsletter_asked_until" ON "newsletter_asked" USING btree ("until");--> statement-breakpoint
CREATE INDEX "newsletter_reader_since" ON "newsletter_reader" USING btree ("since");