-- @name prices
select
  public.till(3) as till,
  public.shop(3, 'ee') as shop;
