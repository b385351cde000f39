CREATE TABLE "disclosure" (
	"id" uuid PRIMARY KEY NOT NULL,
	"case_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"state" text NOT NULL,
	"kind" text NOT NULL,
	"recipient" "bytea",
	"purpose" "bytea",
	"categories" text[] NOT NULL,
	"range_from" timestamp (3) with time zone,
	"range_to" timestamp (3) with time zone,
	"at" timestamp (3) with time zone NOT NULL,
	"disclose_at" timestamp (3) with time zone,
	"objection" "bytea",
	"objected_at" timestamp (3) with time zone,
	"law_since" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "disclosure_case" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"outcome" text,
	"categories" text[] NOT NULL,
	"is_narrowed" boolean NOT NULL,
	"range_from" timestamp (3) with time zone,
	"range_to" timestamp (3) with time zone,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"due_at" timestamp (3) with time zone,
	"prepared_by" uuid,
	"approved_by" uuid,
	"approved_at" timestamp (3) with time zone,
	"announced_at" timestamp (3) with time zone,
	"disclose_at" timestamp (3) with time zone,
	"closed_at" timestamp (3) with time zone,
	"told_at" timestamp (3) with time zone,
	"gag_until" timestamp (3) with time zone,
	"gag_over_at" timestamp (3) with time zone,
	"gag_next" timestamp (3) with time zone,
	"gag_next_by" uuid,
	"hold_id" uuid,
	"content" "bytea" NOT NULL,
	CONSTRAINT "disclosure_case_two" CHECK ("disclosure_case"."approved_by" <> "disclosure_case"."prepared_by"),
	CONSTRAINT "disclosure_case_over" CHECK (("disclosure_case"."state" = 'closed') = ("disclosure_case"."closed_at" is not null)),
	CONSTRAINT "disclosure_case_outcome" CHECK (("disclosure_case"."outcome" is null) = ("disclosure_case"."closed_at" is null))
);
--> statement-breakpoint
CREATE TABLE "disclosure_file" (
	"id" uuid PRIMARY KEY NOT NULL,
	"case_id" uuid NOT NULL,
	"role" text NOT NULL,
	"format" text NOT NULL,
	"bytes" integer NOT NULL,
	"sha256" "bytea" NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"until" timestamp (3) with time zone NOT NULL,
	"content" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "disclosure_step" (
	"id" uuid PRIMARY KEY NOT NULL,
	"case_id" uuid NOT NULL,
	"event" text NOT NULL,
	"role" text NOT NULL,
	"by_person" uuid,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "disclosure_subject" (
	"id" uuid PRIMARY KEY NOT NULL,
	"case_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"person_id" uuid,
	"account_id" uuid,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "disclosure" ADD CONSTRAINT "disclosure_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "disclosure_once" ON "disclosure" USING btree ("case_id","person_id");--> statement-breakpoint
CREATE INDEX "disclosure_person" ON "disclosure" USING btree ("person_id","at");--> statement-breakpoint
CREATE INDEX "disclosure_at" ON "disclosure" USING btree ("at");--> statement-breakpoint
CREATE INDEX "disclosure_case_state" ON "disclosure_case" USING btree ("state","due_at");--> statement-breakpoint
CREATE INDEX "disclosure_case_closed" ON "disclosure_case" USING btree ("closed_at");--> statement-breakpoint
CREATE INDEX "disclosure_case_prepared_by" ON "disclosure_case" USING btree ("prepared_by");--> statement-breakpoint
CREATE INDEX "disclosure_case_approved_by" ON "disclosure_case" USING btree ("approved_by");--> statement-breakpoint
CREATE INDEX "disclosure_case_gag_next_by" ON "disclosure_case" USING btree ("gag_next_by");--> statement-breakpoint
CREATE INDEX "disclosure_case_untold" ON "disclosure_case" USING btree ("opened_at") WHERE told_at is null;--> statement-breakpoint
CREATE INDEX "disclosure_file_case" ON "disclosure_file" USING btree ("case_id","at");--> statement-breakpoint
CREATE INDEX "disclosure_file_until" ON "disclosure_file" USING btree ("until");--> statement-breakpoint
CREATE INDEX "disclosure_step_case" ON "disclosure_step" USING btree ("case_id","at");--> statement-breakpoint
CREATE INDEX "disclosure_step_by" ON "disclosure_step" USING btree ("by_person");--> statement-breakpoint
CREATE INDEX "disclosure_step_at" ON "disclosure_step" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "disclosure_subject_number" ON "disclosure_subject" USING btree ("case_id","number");--> statement-breakpoint
CREATE INDEX "disclosure_subject_person" ON "disclosure_subject" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "disclosure_subject_account" ON "disclosure_subject" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "disclosure_subject_at" ON "disclosure_subject" USING btree ("at");