DROP INDEX "holds_order";--> statement-breakpoint
DROP INDEX "orders_buyer";--> statement-breakpoint
DROP INDEX "orders_show";--> statement-breakpoint
-- Room for what the bank answers, noted a moment after: that update then touches no index.
ALTER TABLE "payments" SET (fillfactor = 60);
