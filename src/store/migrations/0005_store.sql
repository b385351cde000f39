CREATE TABLE "erasure" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid,
	"account_id" uuid,
	"state" text NOT NULL,
	"role" text NOT NULL,
	"suppressed" boolean NOT NULL,
	"asked_at" timestamp (3) with time zone NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"begun_at" timestamp (3) with time zone,
	"done_at" timestamp (3) with time zone,
	"cause" uuid,
	"rows" integer NOT NULL,
	"held" text[] NOT NULL,
	"entry" uuid
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" uuid PRIMARY KEY NOT NULL,
	"erasure_id" uuid NOT NULL,
	"processor" text NOT NULL,
	"kind" text NOT NULL,
	"subject_id" uuid,
	"attempts" integer NOT NULL,
	"next_at" timestamp (3) with time zone NOT NULL,
	"done_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "record_entry" (
	"id" uuid PRIMARY KEY NOT NULL,
	"index" bigint,
	"kind" text NOT NULL,
	"role" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"salt1" "bytea" NOT NULL,
	"content_hash" "bytea" NOT NULL,
	"person_id" uuid,
	"account_id" uuid,
	"secret" "bytea",
	"open" text
);
--> statement-breakpoint
CREATE TABLE "retained" (
	"id" uuid PRIMARY KEY NOT NULL,
	"law" text NOT NULL,
	"source" text NOT NULL,
	"rows" integer NOT NULL,
	"until" timestamp (3) with time zone NOT NULL,
	"content" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "account_correction" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"of_table" text NOT NULL,
	"of_column" text NOT NULL,
	"of_row" text NOT NULL,
	"earlier" "bytea" NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"ends_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "correction" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"of_table" text NOT NULL,
	"of_column" text NOT NULL,
	"of_row" text NOT NULL,
	"earlier" "bytea" NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"ends_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "restriction" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"account_id" uuid,
	"since" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "restriction_subject" UNIQUE NULLS NOT DISTINCT("person_id","account_id")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "erasure_open_person" ON "erasure" USING btree ("person_id") WHERE state in ('scheduled', 'begun', 'held');--> statement-breakpoint
CREATE UNIQUE INDEX "erasure_open_account" ON "erasure" USING btree ("account_id") WHERE state in ('scheduled', 'begun', 'held');--> statement-breakpoint
CREATE INDEX "erasure_due" ON "erasure" USING btree ("state","due_at") WHERE state in ('scheduled', 'begun', 'held');--> statement-breakpoint
CREATE INDEX "erasure_person" ON "erasure" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "erasure_account" ON "erasure" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "erasure_cause" ON "erasure" USING btree ("cause") WHERE state in ('scheduled', 'begun', 'held');--> statement-breakpoint
CREATE UNIQUE INDEX "outbox_once" ON "outbox" USING btree ("erasure_id","processor","subject_id");--> statement-breakpoint
CREATE INDEX "outbox_next" ON "outbox" USING btree ("next_at") WHERE done_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "record_entry_index" ON "record_entry" USING btree ("index");--> statement-breakpoint
CREATE INDEX "record_entry_person" ON "record_entry" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "record_entry_account" ON "record_entry" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "account_correction_account" ON "account_correction" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "correction_person" ON "correction" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "restriction_account" ON "restriction" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "usage_record_started" ON "usage_record" USING brin ("started_at");--> statement-breakpoint
-- A row of the ledger goes only in a transaction that has moved it apart, sealed, for the law (src/store/retention).
CREATE OR REPLACE FUNCTION "ledger_refuses_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('kept.moved_apart', true) = TG_TABLE_NAME THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'the ledger only appends; put a mistake right by another entry' USING ERRCODE = 'restrict_violation';
END $$;
