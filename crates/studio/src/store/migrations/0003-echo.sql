-- What a proved webhook called the work of an attempt whose answer had not come. Only a doubt is settled by it.

ALTER TABLE attempt ADD COLUMN echoed_id TEXT;
