CREATE TABLE "drp_message" (
	"message_hash" "bytea" PRIMARY KEY NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "drp_request" (
	"id" uuid PRIMARY KEY NOT NULL,
	"request_id" uuid NOT NULL,
	"agent" text NOT NULL,
	"regime" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"content" "bytea" NOT NULL,
	"steps_seen" integer NOT NULL,
	"told" text NOT NULL,
	"callback_at" timestamp (3) with time zone,
	"attempts" integer NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "drp_token" (
	"agent" text PRIMARY KEY NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"set_up_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "agent_proof" (
	"request_id" uuid PRIMARY KEY NOT NULL,
	"authority" text NOT NULL,
	"format" text NOT NULL,
	"bytes" integer NOT NULL,
	"outcome" text,
	"looked_at" timestamp (3) with time zone,
	"until" timestamp (3) with time zone NOT NULL,
	"content" "bytea" NOT NULL
);
--> statement-breakpoint
ALTER TABLE "privacy_request" ADD COLUMN "agent" text;--> statement-breakpoint
ALTER TABLE "privacy_request" ADD COLUMN "asked_by" "bytea";--> statement-breakpoint
CREATE INDEX "drp_message_expires" ON "drp_message" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "drp_request_request" ON "drp_request" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "drp_request_agent" ON "drp_request" USING btree ("agent");--> statement-breakpoint
CREATE INDEX "drp_request_callback" ON "drp_request" USING btree ("callback_at");--> statement-breakpoint
CREATE INDEX "drp_request_ended" ON "drp_request" USING btree ("ended_at");--> statement-breakpoint
CREATE UNIQUE INDEX "drp_token_hash" ON "drp_token" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "agent_proof_until" ON "agent_proof" USING btree ("until");