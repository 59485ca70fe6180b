"""Python: what a text sounds like."""

GLAD = {"good", "glad", "great", "love", "yes"}
SAD = {"bad", "sad", "never", "no"}


# @immutable
# @grant anon
def mood(text: str) -> str:
    """Glad, sad or calm, by its words."""
    words = set(text.lower().split())
    score = len(words & GLAD) - len(words & SAD)
    return "glad" if score > 0 else "sad" if score < 0 else "calm"
