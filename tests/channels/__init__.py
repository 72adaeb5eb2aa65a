import pytest

# The contract's assertions explain themselves like those of a test file.
pytest.register_assert_rewrite("tests.channels.contract")
