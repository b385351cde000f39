CREATE TABLE "statistic" (
	"year" integer NOT NULL,
	"name" text NOT NULL,
	"part" text NOT NULL,
	"value" bigint NOT NULL,
	"bound" integer NOT NULL,
	"epsilon_milli" integer NOT NULL,
	"published_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "statistic_year_name_part_pk" PRIMARY KEY("year","name","part")
);
--> statement-breakpoint
CREATE TABLE "statistic_budget" (
	"year" integer PRIMARY KEY NOT NULL,
	"spent_milli" integer NOT NULL,
	CONSTRAINT "statistic_budget_kept" CHECK ("statistic_budget"."spent_milli" > 0 and "statistic_budget"."spent_milli" <= 1000)
);
