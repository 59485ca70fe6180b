-- Seeds are loaded once, in development only.
select public.add_task('Open pages/index.html, change a word and save it');
select public.add_task('Add a column: howdah new migration add_done_at');
