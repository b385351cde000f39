CREATE TABLE "privacy_request" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid,
	"asked_for" text NOT NULL,
	"door" text NOT NULL,
	"place" text NOT NULL,
	"state" text NOT NULL,
	"link_hash" "bytea" NOT NULL,
	"asked_link_hash" "bytea",
	"received_at" timestamp (3) with time zone NOT NULL,
	"entered_at" timestamp (3) with time zone NOT NULL,
	"respond_by" timestamp (3) with time zone NOT NULL,
	"extendable_to" timestamp (3) with time zone,
	"extended_at" timestamp (3) with time zone,
	"extension" text,
	"due_at" timestamp (3) with time zone NOT NULL,
	"warned_at" timestamp (3) with time zone,
	"next_at" timestamp (3) with time zone,
	"proof_hash" "bytea",
	"proof_until" timestamp (3) with time zone,
	"proven_by" text,
	"decision" text,
	"ground" text,
	"decided_by" uuid,
	"decided_at" timestamp (3) with time zone,
	"appeal_until" timestamp (3) with time zone,
	"appealed_at" timestamp (3) with time zone,
	"appeal_decision" text,
	"appeal_decided_by" uuid,
	"effect_id" uuid,
	"joined_to" uuid,
	"delivered_at" timestamp (3) with time zone,
	"closed_at" timestamp (3) with time zone,
	"steps" integer NOT NULL,
	"item" "bytea",
	"value" "bytea",
	"words" "bytea",
	"intake" "bytea",
	CONSTRAINT "privacy_request_other_eyes" CHECK ("privacy_request"."appeal_decided_by" <> "privacy_request"."decided_by"),
	CONSTRAINT "privacy_request_not_own" CHECK ("privacy_request"."person_id" <> "privacy_request"."decided_by" and "privacy_request"."person_id" <> "privacy_request"."appeal_decided_by"),
	CONSTRAINT "privacy_request_law" CHECK ("privacy_request"."extended_at" is null or "privacy_request"."extended_at" <= "privacy_request"."respond_by")
);
--> statement-breakpoint
CREATE TABLE "privacy_request_step" (
	"id" uuid PRIMARY KEY NOT NULL,
	"request_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"person_id" uuid,
	"event" text,
	"cause" text NOT NULL,
	"state" text NOT NULL,
	"words" "bytea",
	"entry" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "privacy_request_person" ON "privacy_request" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "privacy_request_decider" ON "privacy_request" USING btree ("decided_by");--> statement-breakpoint
CREATE INDEX "privacy_request_appeal_decider" ON "privacy_request" USING btree ("appeal_decided_by");--> statement-breakpoint
CREATE UNIQUE INDEX "privacy_request_link" ON "privacy_request" USING btree ("link_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "privacy_request_asked_link" ON "privacy_request" USING btree ("asked_link_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "privacy_request_proof" ON "privacy_request" USING btree ("proof_hash");--> statement-breakpoint
CREATE INDEX "privacy_request_next" ON "privacy_request" USING btree ("next_at");--> statement-breakpoint
CREATE INDEX "privacy_request_due" ON "privacy_request" USING btree ("due_at","id") WHERE closed_at is null and state <> 'delivered';--> statement-breakpoint
CREATE INDEX "privacy_request_closed" ON "privacy_request" USING btree ("closed_at");--> statement-breakpoint
CREATE INDEX "privacy_request_entered" ON "privacy_request" USING btree ("entered_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "privacy_request_step_once" ON "privacy_request_step" USING btree ("request_id","number");--> statement-breakpoint
CREATE INDEX "privacy_request_step_person" ON "privacy_request_step" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "privacy_request_step_at" ON "privacy_request_step" USING btree ("at");