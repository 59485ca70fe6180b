-- What the form does; :title is its field. The page is shown again afterwards.
select public.add_task(:title);
