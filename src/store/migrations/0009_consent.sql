CREATE TABLE "consent" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid,
	"account_id" uuid,
	"purpose" text NOT NULL,
	"version" integer NOT NULL,
	"answer" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"way" text NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"withdrawn_at" timestamp (3) with time zone,
	"withdrawn_way" text,
	"entry" uuid NOT NULL,
	"withdrawn_entry" uuid,
	CONSTRAINT "consent_of_one" CHECK (num_nonnulls("consent"."person_id", "consent"."account_id") = 1)
);
--> statement-breakpoint
CREATE TABLE "ledger_mark" (
	"ledger" text PRIMARY KEY NOT NULL,
	"lines" integer NOT NULL,
	"last" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "consent" ADD CONSTRAINT "consent_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consent" ADD CONSTRAINT "consent_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "consent_person" ON "consent" USING btree ("person_id","purpose");--> statement-breakpoint
CREATE UNIQUE INDEX "consent_stands_once" ON "consent" USING btree (coalesce(person_id, account_id),"purpose","version") WHERE answer = 'given' and withdrawn_at is null and expires_at is null;--> statement-breakpoint
CREATE INDEX "consent_account" ON "consent" USING btree ("account_id","purpose");--> statement-breakpoint
CREATE INDEX "consent_withdrawn" ON "consent" USING btree ("withdrawn_at");--> statement-breakpoint
ALTER TABLE "account" DROP COLUMN "allow_training";