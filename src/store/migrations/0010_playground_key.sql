ALTER TABLE "api_key" ADD COLUMN "person_id" uuid;--> statement-breakpoint
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "api_key_playground" ON "api_key" USING btree ("person_id","account_id");--> statement-breakpoint
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_playground_ends" CHECK ("api_key"."person_id" is null or "api_key"."expires_at" is not null);