select public.write_note('A good day');
