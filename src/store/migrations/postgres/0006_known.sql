-- A file that is added is compared with the documents that it could belong to; these find them among thousands.
CREATE INDEX documents_by_title ON documents (title);
CREATE INDEX versions_by_file_name ON versions (file_name);
