CREATE TABLE "clock_mark" (
	"id" integer PRIMARY KEY NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL,
	"jumped_to" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "legal_hold" (
	"id" uuid PRIMARY KEY NOT NULL,
	"hold_id" uuid NOT NULL,
	"person_id" uuid,
	"account_id" uuid,
	"tables" text[] NOT NULL,
	"reason" "bytea",
	"role" text NOT NULL,
	"placed_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE INDEX "legal_hold_of" ON "legal_hold" USING btree ("hold_id");--> statement-breakpoint
CREATE INDEX "legal_hold_person" ON "legal_hold" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "legal_hold_account" ON "legal_hold" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "legal_hold_active" ON "legal_hold" USING btree ("hold_id") WHERE ended_at is null;