CREATE TABLE "proof_ladder" (
	"request_id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid,
	"tries" integer NOT NULL,
	"challenge_hash" "bytea",
	"challenge_until" timestamp (3) with time zone,
	"first_shown" text,
	"second_shown" text,
	"completed_at" timestamp (3) with time zone,
	"waits_until" timestamp (3) with time zone,
	"stopped_at" timestamp (3) with time zone,
	"stop_hash" "bytea" NOT NULL,
	"code_hash" "bytea",
	"code_until" timestamp (3) with time zone,
	"until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "proof_tally" (
	"bucket" "bytea" PRIMARY KEY NOT NULL,
	"tries" integer NOT NULL,
	"until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outsider" (
	"id" uuid PRIMARY KEY NOT NULL,
	"request_id" uuid NOT NULL,
	"link_hash" "bytea" NOT NULL,
	"handover_hash" "bytea",
	"who" "bytea" NOT NULL,
	"factor" "bytea",
	"last_step" bigint NOT NULL,
	"tries" integer NOT NULL,
	"duty_version" text,
	"mailed_at" timestamp (3) with time zone,
	"invited_at" timestamp (3) with time zone NOT NULL,
	"enrolled_at" timestamp (3) with time zone,
	"ends_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"ended_for" text,
	CONSTRAINT "outsider_ended" CHECK (("outsider"."ended_at" is null) = ("outsider"."ended_for" is null)),
	CONSTRAINT "outsider_duty" CHECK ("outsider"."enrolled_at" is null or "outsider"."duty_version" is not null)
);
--> statement-breakpoint
ALTER TABLE "privacy_request" ADD COLUMN "appeal_outsider_id" uuid;--> statement-breakpoint
CREATE INDEX "proof_ladder_person" ON "proof_ladder" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "proof_ladder_until" ON "proof_ladder" USING btree ("until");--> statement-breakpoint
CREATE UNIQUE INDEX "proof_ladder_stop" ON "proof_ladder" USING btree ("stop_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "proof_ladder_challenge" ON "proof_ladder" USING btree ("challenge_hash");--> statement-breakpoint
CREATE INDEX "proof_tally_until" ON "proof_tally" USING btree ("until");--> statement-breakpoint
CREATE UNIQUE INDEX "outsider_link" ON "outsider" USING btree ("link_hash");--> statement-breakpoint
CREATE INDEX "outsider_invited" ON "outsider" USING btree ("invited_at");--> statement-breakpoint
CREATE UNIQUE INDEX "outsider_once" ON "outsider" USING btree ("request_id") WHERE ended_at is null;--> statement-breakpoint
ALTER TABLE "privacy_request" ADD CONSTRAINT "privacy_request_one_appeal_decider" CHECK ("privacy_request"."appeal_decided_by" is null or "privacy_request"."appeal_outsider_id" is null);