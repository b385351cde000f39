CREATE TABLE "page_view" (
	"id" uuid PRIMARY KEY NOT NULL,
	"visit" uuid NOT NULL,
	"person_id" uuid,
	"at" timestamp (3) with time zone NOT NULL,
	"page" text NOT NULL,
	"seconds" integer NOT NULL,
	"browser" text NOT NULL,
	"system" text NOT NULL,
	"referrer" text
);
--> statement-breakpoint
ALTER TABLE "page_view" ADD CONSTRAINT "page_view_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "page_view_at" ON "page_view" USING btree ("at");--> statement-breakpoint
CREATE INDEX "page_view_person" ON "page_view" USING btree ("person_id");