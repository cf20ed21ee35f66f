"""All that session allocation does today: it keeps who may attend what.

Reactions: `follow_accreditation`. Queries: `list_entitled`.
"""
