CREATE TABLE "comment" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"page" text NOT NULL,
	"shown_name" "bytea",
	"words" "bytea" NOT NULL,
	"state" text NOT NULL,
	"reason" text,
	"written_at" timestamp (3) with time zone NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "imported_contact" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"import_id" uuid NOT NULL,
	"partner" text NOT NULL,
	"received_on" timestamp (3) with time zone NOT NULL,
	"ground" text NOT NULL,
	"items" text NOT NULL,
	"note" "bytea",
	"at" timestamp (3) with time zone NOT NULL,
	"until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "partner_import" (
	"id" uuid PRIMARY KEY NOT NULL,
	"partner" text NOT NULL,
	"ground" text NOT NULL,
	"received_on" timestamp (3) with time zone NOT NULL,
	"state" text NOT NULL,
	"columns" text,
	"content" "bytea",
	"rows" integer NOT NULL,
	"taken" integer NOT NULL,
	"refused" text,
	"at" timestamp (3) with time zone NOT NULL,
	"until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "survey" (
	"id" uuid PRIMARY KEY NOT NULL,
	"title" text NOT NULL,
	"words" text NOT NULL,
	"questions" text NOT NULL,
	"state" text NOT NULL,
	"ends_at" timestamp (3) with time zone NOT NULL,
	"results" text,
	"changed_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "survey_answer" (
	"id" uuid PRIMARY KEY NOT NULL,
	"survey_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"title" text NOT NULL,
	"answers" "bytea" NOT NULL,
	"conversation_id" uuid,
	"answered_at" timestamp (3) with time zone NOT NULL,
	"until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "comment" ADD CONSTRAINT "comment_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "imported_contact" ADD CONSTRAINT "imported_contact_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "survey_answer" ADD CONSTRAINT "survey_answer_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "comment_page" ON "comment" USING btree ("page","state","written_at");--> statement-breakpoint
CREATE INDEX "comment_person" ON "comment" USING btree ("person_id","page");--> statement-breakpoint
CREATE INDEX "comment_state" ON "comment" USING btree ("state","changed_at");--> statement-breakpoint
CREATE INDEX "comment_until" ON "comment" USING btree ("until");--> statement-breakpoint
CREATE UNIQUE INDEX "imported_contact_once" ON "imported_contact" USING btree ("person_id","partner");--> statement-breakpoint
CREATE INDEX "imported_contact_import" ON "imported_contact" USING btree ("import_id");--> statement-breakpoint
CREATE INDEX "imported_contact_until" ON "imported_contact" USING btree ("until");--> statement-breakpoint
CREATE INDEX "partner_import_state" ON "partner_import" USING btree ("state","at");--> statement-breakpoint
CREATE INDEX "partner_import_until" ON "partner_import" USING btree ("until");--> statement-breakpoint
CREATE INDEX "survey_ends" ON "survey" USING btree ("state","ends_at");--> statement-breakpoint
CREATE UNIQUE INDEX "survey_answer_once" ON "survey_answer" USING btree ("survey_id","person_id");--> statement-breakpoint
CREATE INDEX "survey_answer_person" ON "survey_answer" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "survey_answer_until" ON "survey_answer" USING btree ("until");