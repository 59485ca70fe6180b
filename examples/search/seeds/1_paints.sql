-- Loaded once, in development only.
insert into public.paint (name, place)
values
  ('Poppy', '[220,40,30]'),
  ('Brick', '[160,70,50]'),
  ('Tangerine', '[250,140,20]'),
  ('Mustard', '[210,170,40]'),
  ('Lemon', '[250,240,90]'),
  ('Moss', '[100,120,50]'),
  ('Fern', '[60,150,70]'),
  ('Lagoon', '[30,150,160]'),
  ('Sky', '[120,190,240]'),
  ('Ink', '[20,30,90]'),
  ('Plum', '[110,40,110]'),
  ('Rose', '[240,160,180]'),
  ('Chalk', '[245,245,240]'),
  ('Slate', '[90,100,110]'),
  ('Soot', '[25,25,28]');
