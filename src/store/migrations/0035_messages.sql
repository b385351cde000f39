CREATE TABLE "event" (
	"id" uuid PRIMARY KEY NOT NULL,
	"title" text NOT NULL,
	"words" text NOT NULL,
	"place" text NOT NULL,
	"starts_at" timestamp (3) with time zone NOT NULL,
	"ends_at" timestamp (3) with time zone NOT NULL,
	"capacity" integer NOT NULL,
	"state" text NOT NULL,
	"reminded_at" timestamp (3) with time zone,
	"changed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "event_lasts" CHECK ("event"."ends_at" > "event"."starts_at"),
	CONSTRAINT "event_capacity" CHECK ("event"."capacity" > 0)
);
--> statement-breakpoint
CREATE TABLE "event_registration" (
	"id" uuid PRIMARY KEY NOT NULL,
	"event_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"title" text NOT NULL,
	"state" text NOT NULL,
	"link_hash" "bytea" NOT NULL,
	"asked_at" timestamp (3) with time zone NOT NULL,
	"confirmed_at" timestamp (3) with time zone,
	"until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "answer_template" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"words" text NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "conversation" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"door" text NOT NULL,
	"subject" "bytea" NOT NULL,
	"assignee_id" uuid,
	"names_id" uuid,
	"messages" integer NOT NULL,
	"waits_since" timestamp (3) with time zone,
	"last_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "message" (
	"id" uuid PRIMARY KEY NOT NULL,
	"conversation_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"written_by" text NOT NULL,
	"door" text NOT NULL,
	"staff_id" uuid,
	"words" "bytea" NOT NULL,
	"mail_id" "bytea",
	"files" integer NOT NULL,
	"dropped" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "message_file" (
	"id" uuid PRIMARY KEY NOT NULL,
	"message_id" uuid NOT NULL,
	"conversation_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"format" text NOT NULL,
	"bytes" integer NOT NULL,
	"name" "bytea" NOT NULL,
	"content" "bytea" NOT NULL,
	"until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "event_registration" ADD CONSTRAINT "event_registration_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversation" ADD CONSTRAINT "conversation_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message" ADD CONSTRAINT "message_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_file" ADD CONSTRAINT "message_file_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "event_starts" ON "event" USING btree ("state","starts_at");--> statement-breakpoint
CREATE INDEX "event_ends" ON "event" USING btree ("ends_at");--> statement-breakpoint
CREATE UNIQUE INDEX "event_registration_once" ON "event_registration" USING btree ("event_id","person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "event_registration_link" ON "event_registration" USING btree ("link_hash");--> statement-breakpoint
CREATE INDEX "event_registration_person" ON "event_registration" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "event_registration_state" ON "event_registration" USING btree ("event_id","state","confirmed_at");--> statement-breakpoint
CREATE INDEX "event_registration_until" ON "event_registration" USING btree ("until");--> statement-breakpoint
CREATE INDEX "conversation_person" ON "conversation" USING btree ("person_id","last_at");--> statement-breakpoint
CREATE INDEX "conversation_assignee" ON "conversation" USING btree ("assignee_id","state","last_at");--> statement-breakpoint
CREATE INDEX "conversation_unassigned" ON "conversation" USING btree ("state","last_at") WHERE assignee_id is null;--> statement-breakpoint
CREATE INDEX "conversation_state" ON "conversation" USING btree ("state","last_at");--> statement-breakpoint
CREATE INDEX "conversation_last" ON "conversation" USING btree ("last_at");--> statement-breakpoint
CREATE INDEX "conversation_waits" ON "conversation" USING btree ("waits_since") WHERE waits_since is not null;--> statement-breakpoint
CREATE INDEX "conversation_until" ON "conversation" USING btree ("until");--> statement-breakpoint
CREATE INDEX "message_conversation" ON "message" USING btree ("conversation_id","at");--> statement-breakpoint
CREATE INDEX "message_person" ON "message" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "message_staff" ON "message" USING btree ("staff_id");--> statement-breakpoint
CREATE INDEX "message_until" ON "message" USING btree ("until");--> statement-breakpoint
CREATE INDEX "message_file_message" ON "message_file" USING btree ("message_id");--> statement-breakpoint
CREATE INDEX "message_file_conversation" ON "message_file" USING btree ("conversation_id");--> statement-breakpoint
CREATE INDEX "message_file_person" ON "message_file" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "message_file_until" ON "message_file" USING btree ("until");