"""Who the patient is: member id, birth date, sex."""
