-- Titles are folded where they are searched, by whatever rule the program that searches has.
ALTER TABLE items DROP COLUMN title_folded;
