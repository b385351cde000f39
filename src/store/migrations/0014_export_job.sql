CREATE TABLE "export_job" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"state" text NOT NULL,
	"failure" text,
	"secret" "bytea",
	"bytes" bigint,
	"tries" integer DEFAULT 0 NOT NULL,
	"asked_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "export_job" ADD CONSTRAINT "export_job_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "export_job_person" ON "export_job" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "export_job_asked" ON "export_job" USING btree ("state","asked_at");