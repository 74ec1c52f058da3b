"""Tables as CMS and CDC publish them, imported by the user, each edition kept: none of them ships with the product.

The codes belong to the American Medical Association, and the tables carry its notice; see ADR 0005. What is here reads
the published files, keeps them as memory-mapped tables in the user's data folder, and looks a batch's codes up in the
edition of the date of service.
"""
