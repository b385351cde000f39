CREATE TABLE "saved_card" (
	"account_id" uuid PRIMARY KEY NOT NULL,
	"recharge_ends_at" timestamp (3) with time zone,
	"plan_ends_at" timestamp (3) with time zone,
	"next_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "saved_card" ADD CONSTRAINT "saved_card_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "saved_card_next" ON "saved_card" USING btree ("next_at");