CREATE TABLE "suspension" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"ground" text NOT NULL,
	"reason" "bytea" NOT NULL,
	"role" text NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"end_reason" "bytea",
	CONSTRAINT "suspension_end" CHECK (("suspension"."ended_at" is null) = ("suspension"."end_reason" is null))
);
--> statement-breakpoint
ALTER TABLE "suspension" ADD CONSTRAINT "suspension_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "suspension_account" ON "suspension" USING btree ("account_id","at");--> statement-breakpoint
CREATE UNIQUE INDEX "suspension_standing" ON "suspension" USING btree ("account_id") WHERE "suspension"."ended_at" is null;