"""A simulated bicycle retailer: real systems' export files, and beside them what is true."""

from waypost.demo.writing import DemoSummary, write_demo

__all__ = ["DemoSummary", "write_demo"]
