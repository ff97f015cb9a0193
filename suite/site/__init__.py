"""The published site: asv's own pages, made to work anywhere, and the page "Query styles".

asv loads `suite.site.plugin` in every process; all else here is imported only while publishing.
"""
