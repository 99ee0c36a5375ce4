"""Run questions on a Spark cluster: Spark schedules, the kernels read the same shard files."""

from waypost.engines.spark.engine import SparkEngine

__all__ = ["SparkEngine"]
