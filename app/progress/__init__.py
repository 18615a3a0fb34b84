"""The ledger: append-only facts about what people did, who listens to them, and receipts of what left the house."""
