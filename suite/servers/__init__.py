"""What has to be installed and to run for a database: drivers, servers, and the rows in them."""
