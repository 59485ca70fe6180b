select public.write_note(:title);
