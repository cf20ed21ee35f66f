"""A database and a broker in this process's memory, for simulations and suites: exact where they answer, or they raise.

`driver.py` is behind the storage seam (`shared.storage.driver`), `broker.py` behind the kernel's
(`shared.messaging.clients`). Both are reached over a `Wire`, on which a simulation delays, loses and cuts.
"""
