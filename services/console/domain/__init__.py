"""What pages need to know of time, forms and figures. No page, no request."""
