CREATE TABLE "membership_invitation" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"inviter_id" uuid NOT NULL,
	"invited_id" uuid,
	"email" "bytea",
	"role" text NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "membership_invitation_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
ALTER TABLE "mail" ALTER COLUMN "recipient" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "mail" ADD COLUMN "address_until" timestamp (3) with time zone;--> statement-breakpoint
-- What was written before stays with its address as long as it is listed.
UPDATE "mail" SET "address_until" = "created_at" + interval '90 days';--> statement-breakpoint
ALTER TABLE "mail" ALTER COLUMN "address_until" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "membership_invitation" ADD CONSTRAINT "membership_invitation_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "membership_invitation" ADD CONSTRAINT "membership_invitation_inviter_id_person_id_fk" FOREIGN KEY ("inviter_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "membership_invitation" ADD CONSTRAINT "membership_invitation_invited_id_person_id_fk" FOREIGN KEY ("invited_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "membership_invitation_account" ON "membership_invitation" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "membership_invitation_inviter" ON "membership_invitation" USING btree ("inviter_id");--> statement-breakpoint
CREATE INDEX "membership_invitation_invited" ON "membership_invitation" USING btree ("invited_id");--> statement-breakpoint
CREATE INDEX "membership_invitation_ends" ON "membership_invitation" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "mail_address_until" ON "mail" USING btree ("address_until");