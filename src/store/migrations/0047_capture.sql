CREATE TABLE "capture" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"key" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"until" timestamp (3) with time zone NOT NULL,
	"stopped_at" timestamp (3) with time zone,
	"requests" integer NOT NULL,
	"bytes" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "captured_request" (
	"id" uuid PRIMARY KEY NOT NULL,
	"capture_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"endpoint" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"status" integer NOT NULL,
	"bytes" integer NOT NULL,
	"content" "bytea" NOT NULL,
	"until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "capture" ADD CONSTRAINT "capture_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "captured_request" ADD CONSTRAINT "captured_request_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "capture_account" ON "capture" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "capture_until" ON "capture" USING btree ("until");--> statement-breakpoint
CREATE INDEX "captured_request_capture" ON "captured_request" USING btree ("capture_id","at");--> statement-breakpoint
CREATE INDEX "captured_request_account" ON "captured_request" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "captured_request_until" ON "captured_request" USING btree ("until");