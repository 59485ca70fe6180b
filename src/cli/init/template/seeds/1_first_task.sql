-- Seeds are loaded once, in development only.
select public.add_task('Open pages/index.html, change a word and save it');
select public.add_task('Open schema/task.sql, add a column and save it');
