"""A simulated bicycle retailer: real systems' export files, and beside them what is true."""
