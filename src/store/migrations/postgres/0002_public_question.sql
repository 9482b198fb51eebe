-- What heads the public page of an FAQ answer belongs to the text under approval. Revisions made before have none:
-- the hash that their approvals name does not cover one, and the asker's question heads their pages.
ALTER TABLE revisions ADD COLUMN public_question TEXT;
