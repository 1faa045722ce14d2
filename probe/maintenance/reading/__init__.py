"""Reading published maintenance: one English text in, one reading out, and its words.

`notice.read_notice` and `page.read_page` are the way in; `context.Context` is what they are told.
"""
