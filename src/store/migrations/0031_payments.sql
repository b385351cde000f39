CREATE TABLE "payment" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"amount_microusd" bigint NOT NULL,
	"state" text NOT NULL,
	"gross_microusd" bigint,
	"tax_microusd" bigint,
	"returned_gross_microusd" bigint DEFAULT 0 NOT NULL,
	"returned_net_microusd" bigint DEFAULT 0 NOT NULL,
	"stripe_session" text,
	"stripe_intent" text,
	"asked_at" timestamp (3) with time zone NOT NULL,
	"paid_at" timestamp (3) with time zone,
	CONSTRAINT "payment_amount" CHECK ("payment"."amount_microusd" > 0),
	CONSTRAINT "payment_adds_up" CHECK (case "payment"."state" when 'paid' then "payment"."gross_microusd" = "payment"."amount_microusd" + "payment"."tax_microusd" and "payment"."tax_microusd" >= 0 else "payment"."gross_microusd" is null and "payment"."tax_microusd" is null end)
);
--> statement-breakpoint
CREATE TABLE "payment_return" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"payment_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"gross_microusd" bigint NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "stripe_customer" (
	"account_id" uuid PRIMARY KEY NOT NULL,
	"wish" uuid NOT NULL,
	"stripe_customer" text
);
--> statement-breakpoint
CREATE TABLE "stripe_event" (
	"id" text PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"state" text NOT NULL,
	"content" jsonb,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp (3) with time zone NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "stripe_farewell" (
	"account_id" uuid PRIMARY KEY NOT NULL,
	"stripe_customer" text,
	"done_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "ledger_entry" DROP CONSTRAINT "ledger_entry_kind";--> statement-breakpoint
ALTER TABLE "ledger_entry" DROP CONSTRAINT "ledger_entry_sign";--> statement-breakpoint
ALTER TABLE "payment" ADD CONSTRAINT "payment_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment_return" ADD CONSTRAINT "payment_return_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stripe_customer" ADD CONSTRAINT "stripe_customer_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "payment_account" ON "payment" USING btree ("account_id","asked_at");--> statement-breakpoint
CREATE UNIQUE INDEX "payment_intent" ON "payment" USING btree ("stripe_intent");--> statement-breakpoint
CREATE INDEX "payment_return_payment" ON "payment_return" USING btree ("payment_id");--> statement-breakpoint
CREATE INDEX "payment_return_account" ON "payment_return" USING btree ("account_id");--> statement-breakpoint
CREATE UNIQUE INDEX "stripe_customer_once" ON "stripe_customer" USING btree ("stripe_customer");--> statement-breakpoint
CREATE INDEX "stripe_event_next" ON "stripe_event" USING btree ("next_at") WHERE state = 'stored';--> statement-breakpoint
CREATE INDEX "stripe_event_received" ON "stripe_event" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "stripe_farewell_done" ON "stripe_farewell" USING btree ("done_at");--> statement-breakpoint
ALTER TABLE "ledger_entry" ADD CONSTRAINT "ledger_entry_kind" CHECK ("ledger_entry"."kind" in ('credit', 'payment', 'usage', 'void', 'refund', 'dispute', 'forfeit'));--> statement-breakpoint
ALTER TABLE "ledger_entry" ADD CONSTRAINT "ledger_entry_sign" CHECK (case when "ledger_entry"."kind" in ('usage', 'forfeit') then "ledger_entry"."amount_microusd" < 0 when "ledger_entry"."kind" in ('void', 'payment') then "ledger_entry"."amount_microusd" > 0 else "ledger_entry"."amount_microusd" <> 0 end);