CREATE TABLE "breach_notice" (
	"id" uuid PRIMARY KEY NOT NULL,
	"breach_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"words" "bytea" NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "breach_row" (
	"id" uuid PRIMARY KEY NOT NULL,
	"breach_id" uuid NOT NULL,
	"event" text NOT NULL,
	"role" text NOT NULL,
	"by_person" uuid,
	"at" timestamp (3) with time zone NOT NULL,
	"content" "bytea" NOT NULL
);
--> statement-breakpoint
ALTER TABLE "breach_notice" ADD CONSTRAINT "breach_notice_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "breach_notice_once" ON "breach_notice" USING btree ("breach_id","person_id");--> statement-breakpoint
CREATE INDEX "breach_notice_person" ON "breach_notice" USING btree ("person_id","at");--> statement-breakpoint
CREATE INDEX "breach_notice_at" ON "breach_notice" USING btree ("at");--> statement-breakpoint
CREATE INDEX "breach_row_breach" ON "breach_row" USING btree ("breach_id","at");--> statement-breakpoint
CREATE INDEX "breach_row_by" ON "breach_row" USING btree ("by_person");--> statement-breakpoint
CREATE INDEX "breach_row_at" ON "breach_row" USING btree ("at");