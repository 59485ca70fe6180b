select public.sign(:author, :message);
