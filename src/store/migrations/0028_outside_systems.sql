CREATE TABLE "outside_file" (
	"task_id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"format" text NOT NULL,
	"bytes" integer NOT NULL,
	"content" "bytea" NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outside_system" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"classes" text[] NOT NULL,
	"holds" text[] NOT NULL,
	"uses" text[] NOT NULL,
	"finding" text NOT NULL,
	"owner_id" uuid,
	"registered_at" timestamp (3) with time zone NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"retired_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "outside_task" (
	"id" uuid PRIMARY KEY NOT NULL,
	"system_id" uuid NOT NULL,
	"request_id" uuid,
	"erasure_id" uuid,
	"person_id" uuid,
	"what" text NOT NULL,
	"state" text NOT NULL,
	"ground" text,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"until" timestamp (3) with time zone NOT NULL,
	"looked_at" timestamp (3) with time zone,
	"closed_at" timestamp (3) with time zone,
	"done_by" uuid,
	"who" "bytea",
	CONSTRAINT "outside_task_over" CHECK (("outside_task"."state" = 'open') = ("outside_task"."closed_at" is null)),
	CONSTRAINT "outside_task_key" CHECK ("outside_task"."state" = 'open' or "outside_task"."who" is null)
);
--> statement-breakpoint
ALTER TABLE "privacy_request" ADD COLUMN "own_part_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "outside_task" ADD CONSTRAINT "outside_task_system_id_outside_system_id_fk" FOREIGN KEY ("system_id") REFERENCES "public"."outside_system"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "outside_file_person" ON "outside_file" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "outside_file_until" ON "outside_file" USING btree ("until");--> statement-breakpoint
CREATE INDEX "outside_system_owner" ON "outside_system" USING btree ("owner_id");--> statement-breakpoint
CREATE UNIQUE INDEX "outside_task_request" ON "outside_task" USING btree ("request_id","system_id");--> statement-breakpoint
CREATE UNIQUE INDEX "outside_task_erasure" ON "outside_task" USING btree ("erasure_id","system_id");--> statement-breakpoint
CREATE INDEX "outside_task_person" ON "outside_task" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "outside_task_done_by" ON "outside_task" USING btree ("done_by");--> statement-breakpoint
CREATE INDEX "outside_task_system" ON "outside_task" USING btree ("system_id");--> statement-breakpoint
CREATE INDEX "outside_task_open" ON "outside_task" USING btree ("due_at") WHERE state = 'open';--> statement-breakpoint
CREATE INDEX "outside_task_closed" ON "outside_task" USING btree ("closed_at");